namespace Fabraix.Proxy.Simulation;

/// <summary>What came of one run.</summary>
/// <param name="ShyAtOnce">Of what shy users wanted: what they got at the first try.</param>
/// <param name="ShyInAll">The same, at any try.</param>
/// <param name="Utilisation">Of the quota: what the upstream answered.</param>
/// <param name="Jain">Jain's index of those who want more than they get: 1 where all have the same part of their fair share (max-min), 1/n where one has everything.</param>
/// <param name="Most">The most that went up in any span of a window's length, as a part of its quota.</param>
/// <param name="Refused">How often an upstream that counts the same quota in fixed windows would have said 429.</param>
internal sealed record Figures(double ShyAtOnce, double ShyInAll, double Utilisation, double Jain, double Most, long Refused)
{
    public static Figures Of(Scenario scenario, Client[] clients, UpstreamWindow[] upstream, long refused)
    {
        var shy = clients.Where(client => !client.Greedy).ToList();
        var wanted = shy.Sum(client => (double)client.Wanted);
        return new Figures(
            shy.Sum(client => client.GotAtOnce) / wanted,
            shy.Sum(client => client.Got) / wanted,
            clients.Sum(client => (double)client.Got) / (scenario.Rate * scenario.Minutes),
            JainOf(clients),
            upstream.Max(window => window.Most),
            refused);
    }

    private static double JainOf(Client[] clients)
    {
        var level = Level(clients);
        var parts = clients.Where(client => client.Got < client.Wanted).Select(client => client.Got / Math.Min(client.Wanted, level)).ToList();
        var (sum, squares) = (parts.Sum(), parts.Sum(part => part * part));
        return squares == 0 ? 1 : sum * sum / (parts.Count * squares);
    }

    /// <summary>How much each may have at most so that all together have what was given out: the water level of max-min fairness.</summary>
    private static double Level(Client[] clients)
    {
        var (left, share) = (clients.Sum(client => (double)client.Got), 0.0);
        var wanted = clients.Select(client => client.Wanted).Order().ToArray();
        for (var i = 0; i < wanted.Length; i++)
        {
            share = left / (wanted.Length - i);
            if (wanted[i] > share)
                return share;
            left -= wanted[i];
        }

        return double.MaxValue;
    }
}
