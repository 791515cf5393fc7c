// What JavaScript holds: the token, its claims, and how long it still lives.

import { byId, node } from "./dom.js";

let timer = null;

export function showToken(token, user) {
  clearInterval(timer);
  const box = byId("token");
  if (!token) {
    box.replaceChildren(node("p", { className: "empty" }, "No token yet. JavaScript holds nothing."));
    return;
  }

  const left = node("span", { className: "left" });
  const life = node("progress", { max: token.claims.exp - token.claims.iat });
  life.setAttribute("aria-label", "Life left in the token");
  const scopes = token.claims.scope.split(" ").map(s => node("li", {}, s));
  box.replaceChildren(
    node("p", { className: "token-head" }, [node("span", {}, `${user.name}'s token`), left]),
    life,
    ...(token.key ? [bound()] : []),
    node("ul", { className: "scopes", ariaLabel: "Scopes" }, scopes),
    node("details", {}, [
      node("summary", {}, "What a thief would get"),
      node("pre", {}, `${token.text.slice(0, 44)}…\n\n${JSON.stringify(token.claims, null, 2)}`),
    ]),
  );

  const tick = () => {
    const seconds = Math.max(0, Math.round(token.claims.exp - Date.now() / 1000));
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    left.textContent = seconds > 0 ? `dies in ${clock}` : "dead: sign in again";
    life.value = seconds;
    box.dataset.state = seconds > 0 ? "" : "refused";
    if (seconds === 0) clearInterval(timer);
  };
  tick();
  timer = setInterval(tick, 1000);
}

function bound() {
  const line = node("p", { className: "bound" }, [
    node("span", { className: "sign", ariaHidden: "true" }),
    "Bound to a key that script can use and not read. Without it the token is worth nothing.",
  ]);
  line.dataset.state = "passed";
  return line;
}
