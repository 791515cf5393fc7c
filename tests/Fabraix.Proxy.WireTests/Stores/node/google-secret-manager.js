// Reads versions with the genuine SDK over REST, one line of JSON for each. Who it is comes from the environment, as
// application default credentials; with GRANT_KEY_FILE a service account's signed assertion is exchanged for a token first. TOKEN_URI
// stands for Google's own address where a user's refresh token is sent.
// node google-secret-manager.js PORT projects/p/secrets/s/versions/v ...
import { readFileSync } from 'node:fs';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { GoogleAuth, JWT } from 'google-auth-library';

const [port, ...names] = process.argv.slice(2);
const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
const waiting = { initialRetryDelayMillis: 1, retryDelayMultiplier: 1, maxRetryDelayMillis: 1, initialRpcTimeoutMillis: 20000, rpcTimeoutMultiplier: 1, maxRpcTimeoutMillis: 20000, totalTimeoutMillis: 20000 };
const once = { retryCodes: [], backoffSettings: waiting };

function grantClient(keyFile) {
  const key = JSON.parse(readFileSync(keyFile, 'utf8'));
  const client = new JWT({ email: key.client_email, key: key.private_key, keyId: key.private_key_id, scopes });
  // The library asks Google's own address whatever the key file says, so that request is sent on from there.
  change(client, 'https://oauth2.googleapis.com/token', (options) => { options.url = new URL(key.token_uri); });
  // The SDK would else send the assertion itself in place of a token.
  Object.defineProperty(client, 'useJWTAccessWithScope', { get: () => false, set: () => {} });
  return client;
}

function change(client, prefix, act) {
  client.transporter.interceptors.request.add({
    resolved: async (options) => {
      if (String(options.url).startsWith(prefix)) act(options);
      return options;
    },
  });
}

async function read(client, name) {
  try {
    const [answer] = await client.accessSecretVersion({ name }, { retry: once });
    const value = Buffer.from(answer.payload.data, 'base64').toString('utf8');
    return { value, name: answer.name, checksum: String(answer.payload.dataCrc32c) };
  } catch (error) {
    return { error: error.constructor.name, code: error.code, message: error.message };
  }
}

const keyFile = process.env.GRANT_KEY_FILE;
const authClient = keyFile ? grantClient(keyFile) : await new GoogleAuth({ scopes }).getClient();
if (process.env.TOKEN_URI) change(authClient, 'https://oauth2.googleapis.com/token', (options) => { options.url = new URL(process.env.TOKEN_URI); });
// Refusals are read by the SDK's own parser, not by the library beneath it.
change(authClient, `http://127.0.0.1:${port}/`, (options) => { options.validateStatus = () => true; });
const client = new SecretManagerServiceClient({ fallback: true, protocol: 'http', apiEndpoint: '127.0.0.1', port: Number(port), authClient });
for (const name of names) console.log(JSON.stringify(await read(client, name)));
