// The contact form, and what becomes of an inquiry: sent, or kept here until it can be.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Modal } from "./dialogs.tsx";
import { euro } from "./price.ts";
import { Away, type Inquiry, Refused } from "./server.ts";
import type { Boot, Configuration } from "./wire.ts";
import { say } from "./words.ts";

interface InquiryProps {
  boot: Boot;
  configuration: Configuration;
  total: number;
  /** Titles of required sections in which nothing is chosen. */
  open: string[];
  sessionId: string | undefined;
  /** Where the inquiry is when it is written. */
  place: Place;
  /** What was written before, and discarded. */
  draft: Inquiry | null;
  onClose(): void;
  /** Rejects when it is neither sent nor kept. */
  onSend(inquiry: Inquiry): Promise<void>;
  onSendNow(): Promise<void>;
  onDiscard(): void;
}

export type Place = "sent" | "kept" | "refused" | null;

type Field = "name" | "email" | "phone" | "message";
type Progress = "writing" | "sending" | "away" | "refused" | "often";

export function InquiryDialog({ place, ...props }: InquiryProps) {
  const { texts } = props.boot;
  return (
    <Modal name="inquiry" title={texts["inquiry_title"]!} close={texts["close"]!} onClose={props.onClose}>
      {place === "sent" && <p role="status" class="sent">{texts["sent"]}</p>}
      {(place === "kept" || place === "refused") && <Kept place={place} {...props} />}
      {place === null && <Form {...props} />}
    </Modal>
  );
}

/** It is in this browser, and whose browser it is can have it back. */
function Kept({ place, boot: { texts }, onSendNow, onDiscard }: Omit<InquiryProps, "place"> & { place: "kept" | "refused" }) {
  const [busy, setBusy] = useState(false);
  const send = () => {
    setBusy(true);
    void onSendNow().finally(() => setBusy(false));
  };
  return (
    <>
      <p role="status" class="hint">{texts[place === "kept" ? "inquiry_kept" : "inquiry_refused"]}</p>
      <div class="actions">
        <button type="button" class="plain" onClick={onDiscard}>{texts[place === "kept" ? "discard" : "correct"]}</button>
        {place === "kept" && <button type="button" class="build" aria-disabled={busy} onClick={send}>{texts["send_now"]}</button>}
      </div>
    </>
  );
}

function Form({ boot, configuration, total, open, sessionId, draft, onSend }: Omit<InquiryProps, "place">) {
  const { language, texts } = boot;
  const [id] = useState(newId);
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
      await onSend({ id, ...inquiryOf(written, configuration, sessionId), language });
    } catch (error) {
      if (error instanceof Refused && error.field && error.field in texts) setWrong({ [error.field]: texts[`wrong_${error.field}`] ?? error.message });
      setProgress(error instanceof Away ? "away" : error instanceof Refused && error.status === 429 ? "often" : "refused");
    }
  }

  const field = (name: Field, more: object = {}) => (
    <Labelled name={name} text={texts[name]!} wrong={wrong[name]}>
      <input id={`inquiry-${name}`} name={name} defaultValue={draft?.[name] ?? ""} aria-invalid={!!wrong[name]} aria-describedby={wrong[name] && `inquiry-${name}-wrong`} {...more} />
    </Labelled>
  );
  return (
    <form noValidate onSubmit={send}>
      <p>{say(texts["inquiry_text"]!, euro(total, language))}</p>
      {open.length > 0 && <p class="hint">{say(texts["still_open"]!, open.join(", "))}</p>}
      {field("name", { autocomplete: "name", required: true, maxLength: 120 })}
      {field("email", { type: "email", autocomplete: "email", required: true, maxLength: 200 })}
      {field("phone", { type: "tel", autocomplete: "tel", maxLength: 40 })}
      <Labelled name="message" text={texts["message"]!} wrong={wrong.message}>
        <textarea id="inquiry-message" name="message" rows={3} maxLength={4000} defaultValue={draft?.message ?? ""} />
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

function inquiryOf(written: Record<Field | "website", string>, configuration: Configuration, sessionId: string | undefined): Omit<Inquiry, "id" | "language"> {
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

/** A random UUID, also where the connection is not secure. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
