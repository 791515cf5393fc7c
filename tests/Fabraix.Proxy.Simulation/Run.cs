namespace Fabraix.Proxy.Simulation;

/// <summary>One scenario under one policy, event by event in simulated time.</summary>
internal sealed class Run
{
    private const int MostTries = 3;

    private readonly SimulatedTime _time = new();
    private readonly Scenario _scenario;
    private readonly IPolicy _policy;
    private readonly Client[] _clients;
    private readonly UpstreamWindow[] _upstream;
    private readonly PriorityQueue<(int User, int Try), long> _next = new();
    private long _refusedUpstream;

    private Run(Scenario scenario, PolicyKind policy)
    {
        _scenario = scenario;
        _policy = policy.Make(scenario, _time);
        _clients = [.. Enumerable.Range(0, scenario.Users).Select(user => new Client(scenario, user))];
        var dice = new Dice(scenario.Seed);
        _upstream = [New(scenario.PerMinute, 1, ref dice), .. scenario.PerHour == Scenario.Plenty ? (UpstreamWindow[])[] : [New(scenario.PerHour, 60, ref dice)]];
    }

    public static Figures Of(Scenario scenario, PolicyKind policy)
    {
        var run = new Run(scenario, policy);
        run.Go();
        return Figures.Of(scenario, run._clients, run._upstream, run._refusedUpstream);
    }

    private static UpstreamWindow New(int quota, int minutes, ref Dice dice) =>
        new(quota, minutes * SimulatedTime.Minute, (long)(dice.Next() * minutes * SimulatedTime.Minute));

    private void Go()
    {
        for (var user = 0; user < _clients.Length; user++)
            _next.Enqueue((user, 1), _clients[user].UntilNext());
        var end = _scenario.Minutes * SimulatedTime.Minute;
        while (_next.TryDequeue(out var what, out var at) && at < end)
        {
            _time.Now = at;
            var client = _clients[what.User];
            if (what.Try == 1)
            {
                client.Wanted++;
                _next.Enqueue((what.User, 1), at + client.UntilNext());
            }

            Try(client, what.User, what.Try, at);
        }
    }

    private void Try(Client client, int user, int tries, long now)
    {
        if (now >= client.SilentUntil)
        {
            if (Ask(user, client.Replica, now) is not { } wait)
            {
                client.Got++;
                client.GotAtOnce += tries == 1 ? 1 : 0;
                return;
            }

            if (client.Heeds)
                client.Heed(now, wait);
        }

        if (client.Heeds && tries < MostTries)
            _next.Enqueue((user, tries + 1), client.SilentUntil);
    }

    private long? Ask(int user, int replica, long now)
    {
        if (_policy.Ask(user, replica) is { } wait)
            return wait;
        var accepted = Array.TrueForAll(_upstream, window => window.HasRoom(now));
        foreach (var window in _upstream)
            window.Note(now, accepted);
        _refusedUpstream += accepted ? 0 : 1;
        return accepted ? null : SimulatedTime.Second;
    }
}
