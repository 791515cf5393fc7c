using System.Threading.Channels;
using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Keys;

namespace Fabraix.Proxy.Forwarding;

/// <summary>Proves candidates by the configured probe, at most as often as TrialInterval says, until the upstream has said yes or no.</summary>
internal sealed class KeyProber(KeyRing keys, UpstreamProbe probe) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(keys.All.Where(slot => slot.Options.Probe is not null).Select(slot => ProveAsync(slot, slot.Options.Probe!, stoppingToken)));

    private async Task ProveAsync(KeySlot slot, OperatorRequest request, CancellationToken stopping)
    {
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        slot.Life.Changed += OnChanged;
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (slot.Life.Versions.Candidate is { } candidate)
                    await ProveAsync(slot, candidate, request, stopping);
                else
                    await changed.Reader.ReadAsync(stopping);
            }
        }
        finally
        {
            // The slot may live on under another configuration.
            slot.Life.Changed -= OnChanged;
        }

        void OnChanged() => changed.Writer.TryWrite(true);
    }

    private async Task ProveAsync(KeySlot slot, KeyVersion candidate, OperatorRequest request, CancellationToken stopping)
    {
        candidate.Used(probe.Now);
        slot.Judge(candidate, KeyRecovery.Judge(await probe.AskAsync(request, candidate.Value, stopping)));
        if (slot.Life.Versions.Candidate == candidate)
            await probe.WaitAsync(slot.Options.TrialInterval, stopping);
    }
}
