// Takes steps one after another with the genuine client, one line of JSON for each; address, token and namespace come from
// the environment. node vault.js '{"read":"secret/data/x"}' '{"approle":{...}}' '{"kubernetes":{...}}' '{"renew":{}}'
import vault from 'node-vault';

const client = vault();
// Made anew each time: the client writes its token into what it is given.
const asked = () => ({ headers: { 'X-Vault-Request': 'true' } });

function take(step) {
  if (step.read) return client.read(step.read, asked());
  if (step.approle) return client.approleLogin({ ...step.approle, requestOptions: asked() });
  if (step.kubernetes) return client.kubernetesLogin({ mount_point: 'kubernetes', ...step.kubernetes, requestOptions: asked() });
  return client.tokenRenewSelf({ ...step.renew, requestOptions: asked() });
}

for (const step of process.argv.slice(2)) {
  try {
    const answer = await take(JSON.parse(step));
    const { data, auth } = answer;
    console.log(JSON.stringify(auth
      ? { lease: auth.lease_duration, renewable: auth.renewable }
      : { fields: data.data ?? data, version: data.metadata?.version }));
  } catch (error) {
    // The class is not exported; its answer is what makes it one.
    console.log(JSON.stringify({ error: error.constructor.name, status: error.response?.statusCode, message: error.message, body: error.response?.body }));
  }
}
