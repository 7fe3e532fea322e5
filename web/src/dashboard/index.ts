// Entry of every dashboard page. The extension registers on the htmx that the first import made,
// so the order of these two lines matters.
import "htmx.org";
import "htmx.org/dist/ext/hx-sse.js";
import { watchChoosers } from "./choosers.ts";
import { watchDialogs } from "./dialogs.ts";
import { watchExports } from "./exports.ts";
import { watchKeys } from "./keys.ts";
import { watchStream } from "./live.ts";
import { copyButtons, onTheme, printsLight, themeButton, tips } from "./page.ts";
import { watchSorting } from "./sorting.ts";

themeButton();
tips();
copyButtons();
watchDialogs();
watchKeys();
watchSorting();
watchExports();
watchChoosers();
watchStream();
printsLight();

// The chart's library is a chunk of its own: pages without a chart never fetch it.
if (document.querySelector(".chart, #view")) {
  void import("./chart.ts").then(({ watchCharts }) => watchCharts(onTheme));
}
