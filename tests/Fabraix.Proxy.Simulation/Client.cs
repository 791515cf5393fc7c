namespace Fabraix.Proxy.Simulation;

/// <summary>One user's page, or script, and what became of it.</summary>
internal sealed class Client
{
    private const double BetweenRequests = 0.05 * SimulatedTime.Second;

    private readonly double _betweenPages;
    private readonly int _page;
    private readonly int _replicas;
    private readonly int _home;
    private Dice _dice;
    private int _left;

    public Client(Scenario scenario, int number)
    {
        Greedy = number < scenario.Greedy;
        Heeds = Greedy ? scenario.GreedyHeed : scenario.ShyHeed;
        _dice = new Dice((scenario.Seed << 32) + (ulong)number);
        _page = Greedy ? 1 : scenario.Page;
        var load = Greedy ? scenario.GreedyLoad / scenario.Greedy : scenario.ShyLoad / (scenario.Users - scenario.Greedy);
        _betweenPages = SimulatedTime.Minute * _page / (load * scenario.Rate);
        _replicas = scenario.Replicas;
        _home = scenario.Sticky ? _dice.Between(0, _replicas - 1) : -1;
    }

    public bool Greedy { get; }

    public bool Heeds { get; }

    /// <summary>Requests that it wanted to make.</summary>
    public int Wanted { get; set; }

    /// <summary>Those that got through.</summary>
    public int Got { get; set; }

    /// <summary>Those that got through at once.</summary>
    public int GotAtOnce { get; set; }

    /// <summary>Until when one that heeds keeps silent.</summary>
    public long SilentUntil { get; private set; }

    /// <summary>The replica that its next request goes to.</summary>
    public int Replica => _home >= 0 ? _home : _dice.Between(0, _replicas - 1);

    /// <summary>Microseconds until it wants something again.</summary>
    public long UntilNext()
    {
        if (_left == 0)
            _left = _page;
        return (long)Math.Round(_left-- == _page ? _dice.Exponential(_betweenPages) : BetweenRequests);
    }

    /// <summary>Keeps silent for as long as it was told, in the seconds and with the scatter of the proxy's Retry-After.</summary>
    public void Heed(long now, long wait)
    {
        var seconds = (int)Math.Clamp((wait + SimulatedTime.Second - 1) / SimulatedTime.Second, 1, 3600);
        SilentUntil = now + (_dice.Between(seconds, seconds + Math.Max(1, seconds / 5)) * SimulatedTime.Second);
    }
}
