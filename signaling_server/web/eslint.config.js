import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/protocol/generated.ts"] },
  ...tseslint.configs.strict,
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "max-lines": ["error", 400],
      complexity: ["error", 26],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "all text is plain text: textContent" },
        { property: "outerHTML", message: "all text is plain text: textContent" },
        { property: "insertAdjacentHTML", message: "all text is plain text: textContent" },
      ],
      "@typescript-eslint/no-non-null-assertion": "error",
    },
  },
);
