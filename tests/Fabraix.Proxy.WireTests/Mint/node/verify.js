// Verifies a token with jose, as another service of yours would: standard input is one JSON object with jwks, token, issuer and audience.
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { text } from "node:stream/consumers";

const { jwks, token, issuer, audience } = JSON.parse(await text(process.stdin));
try {
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
    issuer, audience, typ: "at+jwt", requiredClaims: ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
  });
  console.log(JSON.stringify({ alg: decodeProtectedHeader(token).alg, sub: payload.sub, scope: payload.scope }));
} catch (error) {
  console.log(JSON.stringify({ error: error.code }));
}
