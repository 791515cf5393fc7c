// Numbers and times as people read them.

const whole = new Intl.NumberFormat("en");
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const minute = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

export const count = value => whole.format(value);

export const many = (value, one, more = `${one}s`) => `${count(value)} ${value === 1 ? one : more}`;

export const clock = date => minute.format(date);

export const full = date => moment.format(date);

export function span(seconds) {
  if (seconds === 0) return "0 s";
  if (seconds < 1) return "under 1 s";
  const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const at = units.findIndex(([size]) => seconds >= size);
  const [size, unit] = units[at];
  const [small, smaller] = units[at + 1] ?? [1, ""];
  const first = Math.floor(seconds / size);
  const second = smaller && first < 10 ? Math.floor((seconds % size) / small) : 0;
  return second > 0 ? `${first} ${unit} ${second} ${smaller}` : `${first} ${unit}`;
}

export const ago = seconds => seconds < 1 ? "just now" : `${span(Math.floor(seconds))} ago`;

export function bytes(value) {
  if (value < 1024) return `${count(value)} B`;
  return value < 1048576 ? `${count(Math.round(value / 1024))} KiB` : `${count(Math.round(value / 1048576))} MiB`;
}
