// Reads one secret with the genuine SDK; address, region and key come from the environment.
// node aws-secrets-manager.js '{"SecretId":"...","VersionId":"...","VersionStage":"..."}'
import { GetSecretValueCommand, SecretsManagerClient, SecretsManagerServiceException } from '@aws-sdk/client-secrets-manager';

const client = new SecretsManagerClient({ maxAttempts: 1 });
try {
  const answer = await client.send(new GetSecretValueCommand(JSON.parse(process.argv[2])));
  console.log(JSON.stringify({
    value: answer.SecretString,
    binary: answer.SecretBinary && Buffer.from(answer.SecretBinary).toString('base64'),
    version: answer.VersionId,
    stages: answer.VersionStages?.join(' '),
    arn: answer.ARN,
    created: answer.CreatedDate.toISOString(),
  }));
} catch (error) {
  console.log(JSON.stringify({
    error: error.name,
    type: error.constructor.name,
    ofService: error instanceof SecretsManagerServiceException,
    status: error.$metadata?.httpStatusCode,
    message: error.message,
  }));
}
