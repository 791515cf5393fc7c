using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace Fabraix.Proxy.Secrets.Aws;

/// <summary>
/// The keys of whoever the process is to AWS, by the SDK's own chain: variables, a web identity (IRSA), a profile, a container's
/// endpoint (ECS, EKS pod identity), an instance's role. The SDK keeps and renews them.
/// </summary>
internal sealed class AwsIdentity(TimeProvider time)
{
    // Leaves time for an answer that says which of the two was slow (SecretReader.Longest).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    // The chain takes no cancellation, and whoever signs in holds up whoever comes later.
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private DefaultAWSCredentialsIdentityResolver _chain = NewChain();
    private Task<ImmutableCredentials>? _asked;
    private long _since;

    /// <summary>The keys, or why there are none.</summary>
    public async Task<(ImmutableCredentials? Keys, SecretReading? Failure)> KeysAsync(CancellationToken cancellation)
    {
        try
        {
            return (await Ask().WaitAsync(Patience, time, cancellation), null);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return (null, AwsFailure.OfSignIn(e));
        }
    }

    /// <summary>Forgets keys that the service does not take, so that the chain is walked anew, unless another reading has done so.</summary>
    public void Forget(ImmutableCredentials refused)
    {
        lock (_gate)
            if (_asked is { IsCompletedSuccessfully: true } && _asked.Result.AccessKey == refused.AccessKey)
                (_chain, _asked) = (NewChain(), null);
    }

    private static DefaultAWSCredentialsIdentityResolver NewChain()
    {
        StsClients.Register();
        return new DefaultAWSCredentialsIdentityResolver();
    }

    /// <summary>Asks the chain, or joins those who are asking: a sign-in that hangs must not be asked for once a reading.</summary>
    private Task<ImmutableCredentials> Ask()
    {
        lock (_gate)
        {
            if (_asked is { IsCompleted: false })
            {
                if (time.GetElapsedTime(_since) < GivenUpAfter)
                    return _asked;
                _chain = NewChain();
            }

            var chain = _chain;
            _since = time.GetTimestamp();
            // Parts of the chain read files and ask the network before they first wait.
            return _asked = Task.Run(async () => await (await chain.ResolveIdentityAsync(clientConfig: null, CancellationToken.None)).GetCredentialsAsync());
        }
    }
}
