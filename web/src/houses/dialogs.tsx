// What asks the visitor something: to start again, to take a link; and the images.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Boot, View } from "./wire.ts";

interface ModalProps {
  name: string;
  title: string;
  close: string;
  onClose(): void;
  onKey?(event: KeyboardEvent): void;
  children: ComponentChildren;
}

/** The browser's own dialog: it keeps the focus inside, and gives it back. */
export function Modal({ name, title, close, onClose, onKey, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = (element: HTMLDialogElement | null) => {
    dialog.current = element;
    if (element && !element.open) element.showModal();
  };
  const outside = (event: MouseEvent) => event.target === dialog.current && dialog.current?.close();
  return (
    <dialog ref={open} class={name} aria-labelledby={`${name}-title`} onClose={onClose} onClick={outside} onKeyDown={onKey}>
      <div class="sheet">
        <header>
          <h2 id={`${name}-title`}>{title}</h2>
          <button type="button" class="close" aria-label={close} onClick={() => dialog.current?.close()}>×</button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface ResetProps {
  boot: Boot;
  onClose(): void;
  onReset(click: Event): void;
}

export function ResetDialog({ boot: { texts }, onClose, onReset }: ResetProps) {
  return (
    <Modal name="ask" title={texts["reset_title"]!} close={texts["close"]!} onClose={onClose}>
      <p>{texts["reset_text"]}</p>
      <form method="dialog" class="actions">
        <button class="plain">{texts["keep"]}</button>
        <button class="build" onClick={onReset}>{texts["reset"]}</button>
      </form>
    </Modal>
  );
}

interface ShareProps {
  boot: Boot;
  /** A link, or why there is none yet. */
  state: { url: string } | "waiting" | "away" | "refused";
  onClose(): void;
  onRetry(): void;
}

export function ShareDialog({ boot: { texts }, state, onClose, onRetry }: ShareProps) {
  const [copied, setCopied] = useState(false);
  const url = typeof state === "object" ? state.url : "";
  const copy = () => navigator.clipboard.writeText(url).then(() => setCopied(true), () => setCopied(false));
  return (
    <Modal name="share" title={texts["share_title"]!} close={texts["close"]!} onClose={onClose}>
      <p>{texts["share_text"]}</p>
      {state === "waiting" && <p role="status">{texts["share_waiting"]}</p>}
      {(state === "away" || state === "refused") && (
        <p role="alert" class="problem">
          {texts[state]} <button type="button" class="plain" onClick={onRetry}>{texts["retry"]}</button>
        </p>
      )}
      {url && (
        <div class="link">
          <input readOnly value={url} aria-label={texts["link"]!} onFocus={(event) => event.currentTarget.select()} />
          <button type="button" class="build" onClick={copy}>{copied ? texts["copied"] : texts["copy"]}</button>
          {"share" in navigator && (
            <button type="button" class="plain" onClick={() => navigator.share({ title: document.title, url }).catch(() => {})}>{texts["send"]}</button>
          )}
        </div>
      )}
    </Modal>
  );
}

interface LightboxProps {
  boot: Boot;
  /** Its images come first. */
  view: View;
  onClose(): void;
}

export function Lightbox({ boot: { images, texts }, view, onClose }: LightboxProps) {
  const [place, setPlace] = useState(0);
  const ordered = [...images.filter((one) => one.view === view), ...images.filter((one) => one.view !== view)];
  const { url, name: file } = ordered[place]!;
  const go = (by: number) => setPlace((place + by + ordered.length) % ordered.length);
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight") go(1);
    if (event.key === "ArrowLeft") go(-1);
  };
  const name = file.replace(/\.\w+$/, "").replace(/[-_]+/g, " ");
  return (
    <Modal name="lightbox" title={texts["images"]!} close={texts["close"]!} onClose={onClose} onKey={keys}>
      <figure>
        <img src={url} alt={name} />
        <figcaption>
          <button type="button" class="step" aria-label={texts["previous"]!} onClick={() => go(-1)}>‹</button>
          <span role="status">{name} ({place + 1} / {ordered.length})</span>
          <button type="button" class="step" aria-label={texts["next"]!} onClick={() => go(1)}>›</button>
        </figcaption>
      </figure>
    </Modal>
  );
}
