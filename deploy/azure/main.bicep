// Fabraix.Proxy on Azure Container Apps. The key is in Key Vault, read by a managed identity: no secret's value is in this file, in a parameter or in the app.
targetScope = 'resourceGroup'

@description('Where everything is made.')
param location string = resourceGroup().location

@description('What all names begin with; 3 to 12 small letters.')
@minLength(3)
@maxLength(12)
param name string = 'fabraix'

@description('The proxy\'s image with its tag, or better its digest.')
param image string

@description('Login server of a private registry, which the identity may pull from (AcrPull). Empty for a public one.')
param registryServer string = ''

@description('Issuer of the users\' tokens, to the letter.')
param issuer string

@description('Discovery document of the issuer.')
param metadata string

@description('What tokens must name in aud.')
param audience string = 'fabraix-proxy'

@description('Origin of the page, such as https://app.example.com.')
param origin string

@description('How much the key may be used. Another type needs a quota in the app\'s env besides.')
@allowed(['Development', 'Production'])
param keyType string = 'Development'

@description('Network that the ingress of the environment calls from: its X-Forwarded-For counts. Compare it with what the app sees.')
param ingressNetwork string = '100.100.0.0/16'

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security#key-vault-secrets-user
var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-proxy'
  location: location
}

// For the proxy alone, so that the role on all of it is the role on its secrets.
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: take('${name}-${uniqueString(resourceGroup().id)}', 24)
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}

resource mayReadSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

resource environment 'Microsoft.App/managedEnvironments@2025-01-01' = {
  name: '${name}-environment'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource app 'Microsoft.App/containerApps@2025-01-01' = {
  name: '${name}-proxy'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  // Nothing of the app refers to the role, and without it no replica becomes ready.
  dependsOn: [
    mayReadSecrets
  ]
  properties: {
    environmentId: environment.id
    configuration: {
      activeRevisionsMode: 'Single'
      // 8081, with health, metrics and the mint, has no ingress: only probes reach it.
      ingress: {
        external: true
        targetPort: 8080
        transport: 'http'
        allowInsecure: false
      }
      registries: empty(registryServer) ? [] : [
        {
          server: registryServer
          identity: identity.id
        }
      ]
    }
    template: {
      // Drain delay 5 s, grace 30 s, and room.
      terminationGracePeriodSeconds: 45
      containers: [
        {
          name: 'fabraix-proxy'
          image: image
          args: [
            'serve'
          ]
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          env: [
            {
              name: 'ASPNETCORE_HTTP_PORTS'
              value: '8080'
            }
            {
              name: 'Fabraix__Management__Url'
              value: 'http://+:8081'
            }
            {
              name: 'Fabraix__Keys__default__Secret'
              value: 'azure-key-vault:${vault.properties.vaultUri}secrets/fabraix-api-key'
            }
            {
              name: 'Fabraix__Keys__default__Type'
              value: keyType
            }
            {
              name: 'Fabraix__Tokens__Issuers__main__Issuer'
              value: issuer
            }
            {
              name: 'Fabraix__Tokens__Issuers__main__Audiences__0'
              value: audience
            }
            {
              name: 'Fabraix__Tokens__Issuers__main__Metadata'
              value: metadata
            }
            {
              name: 'Fabraix__Browser__Origins__0'
              value: origin
            }
            {
              name: 'Fabraix__Edge__TrustedProxies__0'
              value: ingressNetwork
            }
            {
              name: 'AZURE_CLIENT_ID'
              value: identity.properties.clientId
            }
            {
              name: 'AZURE_TOKEN_CREDENTIALS'
              value: 'ManagedIdentityCredential'
            }
          ]
          probes: [
            {
              type: 'Startup'
              httpGet: {
                path: '/healthz/live'
                port: 8081
              }
              periodSeconds: 6
              failureThreshold: 10
            }
            {
              type: 'Liveness'
              httpGet: {
                path: '/healthz/live'
                port: 8081
              }
              periodSeconds: 10
              timeoutSeconds: 2
              failureThreshold: 3
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/healthz/ready'
                port: 8081
              }
              periodSeconds: 2
              timeoutSeconds: 2
              failureThreshold: 2
            }
          ]
        }
      ]
      // Each replica counts by itself, as there is no shared Redis here: users get up to this many times their limit.
      scale: {
        minReplicas: 2
        maxReplicas: 6
        rules: [
          {
            name: 'requests'
            http: {
              metadata: {
                concurrentRequests: '100'
              }
            }
          }
        ]
      }
    }
  }
}

output url string = 'https://${app.properties.configuration.ingress.fqdn}'
output vaultName string = vault.name
output identityPrincipalId string = identity.properties.principalId
