// Building elements without markup strings: nothing that a server said can become markup.

export const byId = id => document.getElementById(id);

export function node(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...[children].flat());
  return made;
}

export function button(text, onClick, className = "") {
  const made = node("button", { type: "button", className }, text);
  // aria-disabled instead of disabled: a button that goes away under the keyboard loses the reader's place.
  made.addEventListener("click", () => made.getAttribute("aria-disabled") === "true" || onClick());
  return made;
}

/** Text that only a screen reader gets, where sighted readers get a colour or a sign. */
export const spoken = text => node("span", { className: "spoken" }, text);
