// Proof of possession (RFC 9449): a key that script can use and not read, and a proof made with it for each call.

const utf8 = text => new TextEncoder().encode(text);
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
let nonce;

/** A new key; the issuer binds the token to its thumbprint (RFC 7638). */
export async function makeKey() {
  // false: the private half cannot be taken out of the browser, by this page or by any script in it.
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ["sign"]);
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const jwk = { crv, kty, x, y };
  return { privateKey, jwk, thumbprint: await sha256(JSON.stringify(jwk)) };
}

/** A proof for one call: this method, this URL, this token, now, and once. */
export async function proofFor(key, { method, url, token }) {
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: key.jwk };
  const claims = {
    jti: crypto.randomUUID(), htm: method, htu: url, iat: Math.floor(Date.now() / 1000), ath: await sha256(token), nonce,
  };
  const content = [header, claims].map(part => encode(utf8(JSON.stringify(part)))).join(".");
  return `${content}.${encode(await crypto.subtle.sign(algorithm, key.privateKey, utf8(content)))}`;
}

/** Keeps the nonce that an answer gave; true where the proxy wants the call once more with it. */
export function wantsNonce(answer) {
  nonce = answer.headers.get("dpop-nonce") ?? nonce;
  return answer.headers.get("www-authenticate")?.includes("use_dpop_nonce") ?? false;
}

async function sha256(text) {
  return encode(await crypto.subtle.digest("SHA-256", utf8(text)));
}

function encode(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
