// What the page is made of. Text goes in as text: nothing that comes from outside is ever markup.

const drawing = "http://www.w3.org/2000/svg";

export const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

export const svg = (name, attributes, ...children) => fill(document.createElementNS(drawing, name), attributes, children);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {}))
    if (value !== null && value !== undefined) node.setAttribute(name, value);
  node.append(...children.flat().filter(child => child !== null && child !== undefined));
  return node;
}

// Only where something has changed, so that a selection and the focus stay.
export function put(id, ...children) {
  const place = document.getElementById(id);
  const next = place.cloneNode(false);
  next.append(...children.flat());
  if (!place.isEqualNode(next)) place.replaceChildren(...next.childNodes);
}

export const empty = text => el("p", { class: "empty" }, text);

export const state = (kind, text) => el("span", { class: "state", "data-state": kind }, el("span", { class: "sign", "aria-hidden": "true" }), text);

export const fact = (name, ...value) => el("div", {}, el("dt", {}, name), el("dd", {}, ...value));

export const list = values => values.length > 0 ? values.join(", ") : "none";

// On a narrow screen a row becomes a block and each cell names its column; the roles keep it a table.
export function table(label, columns, rows) {
  const head = el("tr", { role: "row" }, columns.map(column => el("th", { role: "columnheader", scope: "col", class: kind(column) }, column.name)));
  const body = rows.map(row => el("tr", { role: "row" }, columns.map((column, i) => el("td", { role: "cell", "data-label": column.name, class: kind(column) }, row[i]))));
  return el("table", { role: "table", "aria-label": label }, el("thead", { role: "rowgroup" }, head), el("tbody", { role: "rowgroup" }, body));
}

const kind = column => [column.number ? "number" : "", column.mono ? "mono" : ""].join(" ").trim() || null;
