// What the server puts into the page, and what it takes: the names are those of its JSON.

export type Category =
  | "nest" | "gebaeudehuelle" | "innenverkleidung" | "fussboden"
  | "fenster" | "planungspaket" | "pvanlage" | "grundstueckscheck";

export type Counted = "fenster" | "pvanlage";

export interface Quantity {
  value: string;
  quantity: number;
}

export interface Configuration {
  nest: string;
  gebaeudehuelle: string | null;
  innenverkleidung: string | null;
  fussboden: string | null;
  fenster: Quantity | null;
  planungspaket: string | null;
  pvanlage: Quantity | null;
  grundstueckscheck: string | null;
}

export interface Core {
  shell: string;
  interior: string;
  floor: string;
  base: number;
  perModule: number;
}

export interface PriceTable {
  version: string;
  cores: Core[];
  windows: Record<string, number>;
  planning: Record<string, number>;
  panel: number;
  plotCheck: number;
  instalment: { rate: number; months: number };
}

export interface Section {
  category: Category;
  title: string;
  subtitle: string | null;
  required: boolean;
  unit: string | null;
}

export interface Option {
  category: Category;
  value: string;
  name: string;
  fact: string;
  modules: number | null;
  pricedAs: string | null;
}

export interface Limit {
  id: string;
  category: Counted;
  base: number;
  perExtraModule: number;
  minimum: number;
}

export interface Catalogue {
  table: PriceTable;
  sections: Section[];
  options: Option[];
  limits: Limit[];
}

export type Language = "de" | "en";
export type View = "exterior" | "interior" | "pv" | "fenster";

export interface Move {
  zoom: number;
  x: number;
  y: number;
}

export interface Image {
  url: string;
  name: string;
  view: View | null;
}

/** A sentence may hold one {place} to fill. */
export type Texts = Record<string, string>;

export interface Boot extends Catalogue {
  language: Language;
  development: boolean;
  key: string | null;
  texts: Texts;
  configuration: Configuration;
  /** Where it comes from: the page's own defaults, a shared link, or the address. */
  origin: "default" | "shared" | "address";
  sharedId: string | null;
  cameras: Partial<Record<View, Record<string, Move>>>;
  images: Image[];
  /** Where each scene is that the page came without. */
  scenes: Record<string, string>;
  /** The service worker; null: there shall be none. */
  worker: string | null;
}
