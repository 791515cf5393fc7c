using System.Net.Security;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tls;

namespace Fabraix.Proxy.Edge;

/// <summary>One certificate of the public listener, as its files held it last and well. What they hold that cannot be served changes nothing, and is looked at again.</summary>
/// <param name="name">As Kestrel names it: <c>Default</c>, an endpoint, or <c>endpoint:Sni:host</c>.</param>
/// <param name="file">Where it is.</param>
/// <param name="metrics">Where its changes are counted.</param>
/// <param name="time">By which its dates are judged.</param>
/// <param name="log">Where its changes are told.</param>
internal sealed partial class ServedCertificate(string name, CertificateFile file, CertificateMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>How often files are looked at, give or take a tenth, where nothing tells of a change; and what was refused is tried again.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // Certificate and key are written one after the other: they are read when their writer rests.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private readonly PatientReads _reads = new(time);

    private ServerCertificate? _current;
    private string? _refused;

    public string Name => name;

    /// <summary>What new connections are given; null while the files never held any, and then what Kestrel has read is.</summary>
    public ServerCertificate? Current => Volatile.Read(ref _current);

    /// <summary>Why the files' certificate is not the one in use, or what is wrong with that; null where all is well.</summary>
    public string? Problem => Volatile.Read(ref _refused) is { } reason ? $"what its files hold is not taken: {reason}" : Current?.Expires <= time.GetUtcNow() ? "it has expired." : null;

    /// <summary>Takes what is there at the start, as Kestrel does; what is wrong with it is Kestrel's to say, who may refuse to start.</summary>
    public void Begin()
    {
        try
        {
            Volatile.Write(ref _current, file.Read().Certificate);
        }
        catch (Exception)
        {
            // The first look, which comes with the start, says so.
        }
    }

    /// <summary>Has a handshake that begins go on with it.</summary>
    public void Stamp(SslServerAuthenticationOptions tls)
    {
        if (Current is { } current)
            (tls.ServerCertificate, tls.ServerCertificateContext) = (current.Leaf, current.Context);
    }

    /// <summary>Follows the files until it is cancelled.</summary>
    public Task FollowAsync(CancellationToken stopping) => Follower.FollowAsync(WatchAsync, Interval, () => LookAsync(stopping), time, stopping);

    /// <summary>Looks at the files now.</summary>
    public async Task<TimeSpan?> LookAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Rest, time, cancellation);
            var (found, problem) = await _reads.TryAsync(file.Read, static problem => (null, problem), cancellation);
            if (found is null)
                Refuse(problem!);
            else if (found.Digest == Current?.Digest)
                Withdraw();
            else if (await JudgeAsync(found, cancellation) is { } reason)
                Refuse(reason);
            else
                Take(found);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // A bug, or a file that fails in a way of its own, whose text may quote anything.
            Refuse($"It could not be put to work ({e.GetType().Name}).");
        }

        return null;
    }

    private async Task WatchAsync(Action changed, CancellationToken cancellation)
    {
        // When one can watch no longer, all are begun again.
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watches = file.Files.Select(one => FileWatch.WatchAsync(one, changed, all.Token)).ToList();
        await Task.WhenAny(watches);
        await all.CancelAsync();
        await Task.WhenAll(watches);
    }

    private async Task<string?> JudgeAsync(ServerCertificate found, CancellationToken cancellation)
    {
        if (found.Validity(time.GetUtcNow()) is { } invalid)
            return invalid;
        return await Rehearsal.SucceedsAsync(found, cancellation) ? null : "No handshake succeeds with the certificate and its key.";
    }

    private void Take(ServerCertificate found)
    {
        // The one before is left to connections whose handshake goes on.
        Volatile.Write(ref _current, found);
        Volatile.Write(ref _refused, null);
        metrics.Accepted(name);
        Log.Taken(log, name, ServerCertificate.Write(found.Expires), found.Leaf.SerialNumber);
    }

    private void Withdraw()
    {
        if (Interlocked.Exchange(ref _refused, null) is not null)
            Log.Withdrawn(log, name);
    }

    private void Refuse(string reason)
    {
        // The same refusal is not told twice, but tried again.
        if (Interlocked.Exchange(ref _refused, reason) == reason)
            return;
        metrics.Refused(name);
        Log.Refused(log, name, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.CertificateTaken, LogLevel.Information, "The certificate {Certificate} has changed and is in use. It expires {Expires}; serial number {Serial}.")]
        public static partial void Taken(ILogger logger, string certificate, string expires, string serial);

        [LoggerMessage(EventIds.CertificateRefused, LogLevel.Error, "The certificate {Certificate} is not taken from its files; the one before stays in use. {Reason}")]
        public static partial void Refused(ILogger logger, string certificate, string reason);

        [LoggerMessage(EventIds.CertificateWithdrawn, LogLevel.Information, "The files of the certificate {Certificate} hold again the one that is in use.")]
        public static partial void Withdrawn(ILogger logger, string certificate);
    }
}
