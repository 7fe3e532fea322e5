// What asks the visitor something: to start again, to leave an inquiry, to take a link; and the images.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { euro } from "./price.ts";
import { Away, inquire, type Inquiry, Refused, type Taken } from "./server.ts";
import type { Boot, Configuration, View } from "./wire.ts";
import { say } from "./words.ts";

interface ModalProps {
  name: string;
  title: string;
  close: string;
  onClose(): void;
  onKey?(event: KeyboardEvent): void;
  children: ComponentChildren;
}

/** The browser's own dialog: it keeps the focus inside, and gives it back. */
function Modal({ name, title, close, onClose, onKey, children }: ModalProps) {
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

interface InquiryProps {
  boot: Boot;
  configuration: Configuration;
  total: number;
  /** Titles of required sections in which nothing is chosen. */
  open: string[];
  sessionId: string | undefined;
  onClose(): void;
  onSent(taken: Taken): void;
}

type Field = "name" | "email" | "phone" | "message";
type Progress = "writing" | "sending" | "sent" | "away" | "refused" | "often";

export function InquiryDialog({ boot, configuration, total, open, sessionId, onClose, onSent }: InquiryProps) {
  const { language, texts } = boot;
  const [progress, setProgress] = useState<Progress>("writing");
  const [wrong, setWrong] = useState<Partial<Record<Field, string>>>({});

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const written = Object.fromEntries(new FormData(form)) as Record<Field | "website", string>;
    const found = check(written, texts);
    setWrong(found);
    const first = Object.keys(found)[0];
    if (first) return form.querySelector<HTMLElement>(`[name=${first}]`)!.focus();
    setProgress("sending");
    try {
      const taken = await inquire({ ...inquiryOf(written, configuration, sessionId), language });
      setProgress("sent");
      onSent(taken);
    } catch (error) {
      if (error instanceof Refused && error.field && error.field in texts) setWrong({ [error.field]: texts[`wrong_${error.field}`] ?? error.message });
      setProgress(error instanceof Away ? "away" : error instanceof Refused && error.status === 429 ? "often" : "refused");
    }
  }

  const field = (name: Field, more: object = {}) => (
    <Labelled name={name} text={texts[name]!} wrong={wrong[name]}>
      <input id={`inquiry-${name}`} name={name} aria-invalid={!!wrong[name]} aria-describedby={wrong[name] && `inquiry-${name}-wrong`} {...more} />
    </Labelled>
  );
  return (
    <Modal name="inquiry" title={texts["inquiry_title"]!} close={texts["close"]!} onClose={onClose}>
      {progress === "sent" ? (
        <p role="status" class="sent">{texts["sent"]}</p>
      ) : (
        <form noValidate onSubmit={send}>
          <p>{say(texts["inquiry_text"]!, euro(total, language))}</p>
          {open.length > 0 && <p class="hint">{say(texts["still_open"]!, open.join(", "))}</p>}
          {field("name", { autocomplete: "name", required: true, maxLength: 120 })}
          {field("email", { type: "email", autocomplete: "email", required: true, maxLength: 200 })}
          {field("phone", { type: "tel", autocomplete: "tel", maxLength: 40 })}
          <Labelled name="message" text={texts["message"]!} wrong={wrong.message}>
            <textarea id="inquiry-message" name="message" rows={3} maxLength={4000} />
          </Labelled>
          <p class="nectar" aria-hidden="true">
            <label>Website <input name="website" tabIndex={-1} autocomplete="off" /></label>
          </p>
          {(progress === "away" || progress === "refused" || progress === "often") && <p role="alert" class="problem">{texts[progress]}</p>}
          <div class="actions">
            <button type="submit" class="build" aria-disabled={progress === "sending"}>{texts[progress === "away" ? "retry" : "submit"]}</button>
          </div>
          <p class="fine">{texts["privacy"]}</p>
        </form>
      )}
    </Modal>
  );
}

function Labelled({ name, text, wrong, children }: { name: string; text: string; wrong: string | undefined; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={`inquiry-${name}`}>{text}</label>
      {children}
      {wrong && <span class="problem" id={`inquiry-${name}-wrong`}>{wrong}</span>}
    </div>
  );
}

function check({ name, email, phone }: Record<Field, string>, texts: Boot["texts"]): Partial<Record<Field, string>> {
  const found: Partial<Record<Field, string>> = {};
  if (!name.trim()) found.name = texts["wrong_name"]!;
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim())) found.email = texts["wrong_email"]!;
  if (phone.trim() && !/^[+\d][\d\s()/.-]{4,}$/.test(phone.trim())) found.phone = texts["wrong_phone"]!;
  return found;
}

function inquiryOf(written: Record<Field | "website", string>, configuration: Configuration, sessionId: string | undefined): Omit<Inquiry, "language"> {
  const [phone, message] = [written.phone.trim(), written.message.trim()];
  return {
    name: written.name.trim(),
    email: written.email.trim(),
    website: written.website,
    configuration,
    ...(phone && { phone }),
    ...(message && { message }),
    ...(sessionId && { sessionId }),
  };
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
