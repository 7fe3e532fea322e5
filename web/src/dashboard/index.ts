// Entry of every dashboard page. The extension registers on the htmx that the first import made,
// so the order of these two lines matters.
import "htmx.org";
import "htmx.org/dist/ext/hx-sse.js";
import { watchChoosers } from "./choosers.ts";
import { watchStream } from "./live.ts";
import { copyButtons, onTheme, themeButton, tips } from "./page.ts";

themeButton();
tips();
copyButtons();
watchChoosers();
watchStream();

// The chart's library is a chunk of its own: pages without a chart never fetch it.
if (document.getElementById("chart") || document.getElementById("view")) {
  void import("./chart.ts").then(({ watchChart }) => watchChart(onTheme));
}
