// The live entry: sign in, ask, wait, lesson, end, in one document, so that the tap that
// unlocked sound stays good.
import "virtual:tokens.css";
import "./ui/style.css";
import "./ui/lesson.css";
import { App } from "./app";

const root = document.getElementById("app");
if (root !== null) new App(root, new URLSearchParams(window.location.search)).start();
