// What the page's watchers hand to the tracker. Names and limits are those of the ingest route.

export interface Fields {
  [name: string]: unknown;
}

export type Push = (type: string, fields: Fields) => void;
