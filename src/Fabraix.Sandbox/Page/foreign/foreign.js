// A page whose origin the proxy does not list. It tries three ways in and says honestly what it could read.

const { page, proxy } = await (await fetch("/settings.json")).json();
document.querySelector("#origin").textContent = location.origin;

const body = JSON.stringify({ event_type: "user" });

function waysIn(token) {
  return [
    ["Call with a good token", { method: "POST", headers: { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" }, body }],
    ["Ask plainly, without a token", { method: "GET" }],
    ["Send blindly, as a form would", { method: "POST", mode: "no-cors", headers: { "Content-Type": "text/plain" }, body }],
  ];
}

async function attempt([name, options]) {
  try {
    const answer = await fetch(`${proxy}/v1/event`, { ...options, credentials: "omit" });
    const text = await answer.text();
    return { name, status: answer.status, read: text.length, said: answer.type === "opaque" ? "opaque: nothing to read" : `read ${answer.status}` };
  } catch (error) {
    return { name, status: 0, read: 0, said: `blocked: ${error.message}` };
  }
}

addEventListener("message", async event => {
  if (event.origin !== page || event.data.kind !== "token") return;
  const tries = [];
  for (const way of waysIn(event.data.token)) {
    const result = await attempt(way);
    tries.push(result);
    const item = document.createElement("li");
    item.dataset.state = result.read === 0 ? "blocked" : "read";
    const said = document.createElement("span");
    said.textContent = result.said;
    item.append(result.name, said);
    document.querySelector("#tries").append(item);
  }
  parent.postMessage({ kind: "report", tries }, page);
});

// Whatever this page reports goes to the demo page only.
if (parent !== window) parent.postMessage({ kind: "ready" }, page);
