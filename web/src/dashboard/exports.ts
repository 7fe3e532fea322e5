// Progress of exports that a worker makes, as their jobs tell it; the page's own stream brings the end.

const streams = new Map<string, EventSource>();

function follow(id: string): void {
  const source = new EventSource(`/api/jobs/${id}/events`);
  streams.set(id, source);
  const told = (event: MessageEvent<string>) => {
    const job = JSON.parse(event.data) as { progress?: number; finishedAt?: string | null };
    const bar = document.querySelector<HTMLProgressElement>(`progress[data-job="${id}"]`);
    if (bar && job.progress !== undefined) bar.value = job.progress;
    if (!bar || job.finishedAt) stop(id);
  };
  source.addEventListener("job", told as EventListener);
}

function stop(id: string): void {
  streams.get(id)?.close();
  streams.delete(id);
}

function look(): void {
  const open = [...document.querySelectorAll<HTMLElement>("progress[data-job]")].map((bar) => bar.dataset["job"]!);
  for (const id of streams.keys()) if (!open.includes(id)) stop(id);
  for (const id of open) if (!streams.has(id)) follow(id);
}

export function watchExports(): void {
  look();
  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("htmx:sse:after:message", look);
}
