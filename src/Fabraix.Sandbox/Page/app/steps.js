// The steps a request walks in the proxy, and which of them decided, told from what any page can read:
// the status, the error's code and the Proxy-Status header.

export const steps = [
  { id: "request", name: "Request", asks: "Well-formed, exact path" },
  { id: "route", name: "Route", asks: "Method and path are on the list" },
  { id: "preflight", name: "Preflight", asks: "The browser asks first" },
  { id: "origin", name: "Origin", asks: "This page may call" },
  { id: "address", name: "Address limit", asks: "Not set in this sandbox" },
  { id: "token", name: "Token", asks: "Signed, for us, alive, short-lived" },
  { id: "scope", name: "Scope", asks: "The user may do this" },
  { id: "user", name: "User limit", asks: "Not too often" },
  { id: "body", name: "Body", asks: "JSON, and not too much of it" },
  { id: "key", name: "Key", asks: "The secret joins here" },
  { id: "upstream", name: "Answer", asks: "Fit to be passed on" },
];

const stepOfCode = {
  invalid_request_target: "request", invalid_header: "request", overloaded: "body", internal_error: "request",
  route_not_found: "route", method_not_allowed: "route",
  origin_not_allowed: "origin", cross_site_request: "origin",
  address_rate_limited: "address",
  token_missing: "token", token_invalid: "token", token_expired: "token", issuer_unavailable: "token",
  insufficient_permissions: "scope",
  user_rate_limited: "user",
  invalid_body: "body", body_too_large: "body", unsupported_media_type: "body", request_timeout: "body",
  key_unavailable: "key", key_quota_exhausted: "key",
  upstream_key_rejected: "upstream", upstream_key_forbidden: "upstream", upstream_unreachable: "upstream",
  upstream_response_blocked: "upstream", upstream_timeout: "upstream", upstream_rate_limited: "upstream",
};

/** What the proxy said about an exchange: { outcome, step, code, states }. */
export function judge(exchange) {
  if (exchange.foreign) return result(exchange, "refused", "preflight", null);
  if (exchange.unreadable) return { outcome: "silent", step: null, code: null, states: steps.map(() => "idle") };
  if (exchange.cut) return result(exchange, "refused", "upstream", "answer_cut");

  const code = refusalCode(exchange);
  if (code) return result(exchange, "refused", stepOfCode[code] ?? "request", code);
  return result(exchange, "forwarded", null, null);
}

/** The code of the proxy's own refusal; null when the answer is the upstream's, whatever its status. */
function refusalCode(exchange) {
  const header = exchange.answer.headers.find(([name]) => name === "proxy-status");
  return header?.[1].match(/details="([^"]+)"/)?.[1] ?? null;
}

function result(exchange, outcome, stepId, code) {
  const decided = stepId ? steps.findIndex(s => s.id === stepId) : steps.length;
  const states = steps.map((step, i) => {
    if (i === decided) return "refused";
    if (i > decided) return "unreached";
    if (step.id === "address" || (step.id === "preflight" && !exchange.preflighted)) return "skipped";
    return "passed";
  });
  return { outcome, step: steps[decided] ?? null, number: decided + 1, code, states };
}
