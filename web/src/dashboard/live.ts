// The state of the live stream: the dot beside the title, and figures that light up as they change.

const WORDS = { on: "live", wait: "connecting", off: "reconnecting" };

function say(state: keyof typeof WORDS): void {
  const live = document.getElementById("live");
  if (!live || live.dataset["state"] === state) return;
  live.dataset["state"] = state;
  live.querySelector("span")!.textContent = WORDS[state];
}

/** A tab that opens in the background gets no visibilitychange, so its stream would stay open. */
function closeWhenHidden(): void {
  setTimeout(() => document.hidden && document.dispatchEvent(new Event("visibilitychange")));
}

const shown = new Map<string, string>();

function remember(light: boolean): void {
  for (const figure of document.querySelectorAll<HTMLElement>("[data-figure]")) {
    const text = figure.textContent ?? "";
    const before = shown.get(figure.dataset["figure"]!);
    shown.set(figure.dataset["figure"]!, text);
    if (!light || before === undefined || before === text) continue;
    figure.classList.remove("changed");
    void figure.offsetWidth; // restarts the animation
    figure.classList.add("changed");
  }
}

export function watchStream(): void {
  remember(false);
  const on = (name: string, then: (event: Event) => void) => document.addEventListener(name, then);
  on("htmx:sse:after:connection", () => {
    say("on");
    closeWhenHidden();
  });
  on("htmx:sse:after:message", () => remember(true));
  on("htmx:sse:error", (event) => {
    // 401: to the login page, and back. 404: the shared link has ended, and its page says so.
    if ([401, 404].includes((event as CustomEvent).detail.status)) location.reload();
    say("off");
  });
  on("htmx:sse:close", () => say("wait"));
  on("htmx:after:swap", () => remember(false));
}
