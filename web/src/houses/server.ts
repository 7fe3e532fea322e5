// What the page asks of the server: to check a price, to keep a configuration, to take an inquiry.

import type { Shared } from "./saved.ts";
import type { Configuration, Language, PriceTable } from "./wire.ts";

// A server that does not answer is away.
const PATIENCE = 8_000;

export class Away extends Error {}

/** A problem document: `field` names what is at fault. */
export class Refused extends Error {
  readonly status: number;
  readonly field: string | undefined;

  constructor(status: number, detail: string, field?: string) {
    super(detail);
    this.status = status;
    this.field = field;
  }
}

export interface Calculated {
  total: number;
  monthly: number;
  priceListVersion: string;
}

export interface Inquiry {
  /** Made here: however often it is sent, it is taken once. */
  id: string;
  name: string;
  email: string;
  phone?: string;
  message?: string;
  website: string;
  configuration: Configuration;
  language: Language;
  sessionId?: string;
}

export const calculate = (configuration: Configuration): Promise<Calculated> =>
  ask("POST", "/api/pricing/calculate", { configuration });

export const priceTable = (): Promise<PriceTable> => ask("GET", "/api/pricing/table");

/** What the session has reached by it, for the tracker to say. */
export interface Taken {
  conversionStatus: "completed" | "converted";
}

export const inquire = (inquiry: Inquiry): Promise<Taken> => ask("POST", "/api/inquiries", inquiry);

/** Keeps it under the visitor's link; under a new one when that is not theirs to change, or was changed meanwhile. */
export async function share(configuration: Configuration, known: Shared | null): Promise<Shared> {
  if (known?.editSecret) {
    const { id, revision, editSecret } = known;
    try {
      const changed = await ask<Shared>("PUT", `/api/configurations/${id}`, { configuration, revision }, { "x-edit-secret": editSecret });
      return { ...changed, editSecret };
    } catch (error) {
      if (!(error instanceof Refused) || ![403, 404, 409].includes(error.status)) throw error;
    }
  }
  return ask<Shared>("POST", "/api/configurations", { configuration });
}

async function ask<T>(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: { accept: "application/json", ...(body && { "content-type": "application/json" }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (error) {
    throw new Away("the server cannot be reached", { cause: error });
  }
  if (answer.ok) return (await answer.json()) as T;
  if (answer.status >= 500) throw new Away(`the server answered ${answer.status}`);
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string; field?: string };
  throw new Refused(answer.status, problem.detail ?? `${answer.status}`, problem.field);
}
