"""RobotPen XN680 and XN680T: a clip on plain paper that sends positions (pen/OTHER_PENS 3)."""
