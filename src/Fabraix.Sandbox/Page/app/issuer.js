// Signing in: the page asks the issuer for a token and keeps it in a variable, nowhere else.

let address = "";

export function useIssuer(issuer) {
  address = issuer;
}

/** A token for a user, bound to a key where one is given; kind asks for one that the proxy must refuse. */
export async function fetchToken(user, kind = "good", key = null) {
  const answer = await fetch(`${address}/token`, {
    method: "POST",
    body: new URLSearchParams({ user, token: kind, ...(key && { dpop_jkt: key.thumbprint }) }),
  });
  if (!answer.ok) throw new Error(`The issuer answered ${answer.status}.`);
  const { access_token: text } = await answer.json();
  return { text, claims: claimsOf(text), key };
}

// Anyone who holds a token can read its claims: they are encoded, not encrypted.
function claimsOf(token) {
  const base64 = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}
