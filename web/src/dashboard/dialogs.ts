// The menu of a narrow page, and dialogs. Without scripts the menu is always open.

function menu(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("#menu");
    if (!button) return;
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
  });
}

export function open(id: string): void {
  const dialog = document.getElementById(id) as HTMLDialogElement | null;
  if (dialog && !dialog.open) dialog.showModal();
}

/** `data-opens="id"` shows that dialog, `data-closes` closes the one it is in, so does its backdrop. */
export function watchDialogs(): void {
  menu();
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-opens]");
    if (opener) open(opener.dataset["opens"]!);
    if (target.closest("[data-closes]") || target instanceof HTMLDialogElement) target.closest("dialog")?.close();
  });
}
