// The bodies of the three documented operations.

const seconds = () => Date.now() / 1000;
const schema = JSON.stringify({ type: "object" });

export function registerRun() {
  return {
    path: "/v1/register-agent-run",
    body: JSON.stringify({
      agent_id: crypto.randomUUID(),
      timestamp: new Date().toISOString(),
      system_prompt: "You help customers with their orders.",
    }),
  };
}

export function logEvent(traceId, extra = {}) {
  return {
    path: "/v1/event",
    body: JSON.stringify({
      event_type: "user",
      trace_id: traceId ?? crypto.randomUUID(),
      timestamp: seconds(),
      content: JSON.stringify({ text: "Where is my order?", ...extra }),
      schema,
    }),
  };
}

export function checkAction(traceId, action) {
  return {
    path: "/v1/check",
    body: JSON.stringify({
      event_type: "action_check",
      trace_id: traceId ?? crypto.randomUUID(),
      timestamp: seconds(),
      content: JSON.stringify(action),
      schema,
    }),
  };
}
