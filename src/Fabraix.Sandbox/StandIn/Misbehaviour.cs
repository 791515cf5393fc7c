namespace Fabraix.Sandbox.StandIn;

/// <summary>The ways in which the stand-in can be told to be a bad upstream.</summary>
internal enum Mode
{
    None,

    /// <summary>Answers correctly, but late.</summary>
    Slow,

    /// <summary>Answers the documented 500.</summary>
    Error,

    /// <summary>Puts the key it was called with into a header and into the body.</summary>
    EchoKey,

    /// <summary>Promises more body than it sends, and closes the connection.</summary>
    CloseMidBody,

    /// <summary>Sends the caller elsewhere.</summary>
    Redirect,

    /// <summary>Answers the documented 429 although the key has room left.</summary>
    RateLimit,
}

/// <summary>What to do wrong, and for how many requests; zero requests means until told otherwise.</summary>
internal sealed record Orders(Mode Mode, int Requests, TimeSpan Delay)
{
    public static Orders Behave { get; } = new(Mode.None, 0, TimeSpan.Zero);
}

/// <summary>Holds the present orders and hands them to one request at a time.</summary>
internal sealed class Misbehaviour
{
    public static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(20);
    private readonly Lock _gate = new();
    private Orders _orders = Orders.Behave;

    public Orders Current
    {
        get
        {
            lock (_gate)
                return _orders;
        }
    }

    public void Set(Mode mode, int requests = 0, TimeSpan? delay = null)
    {
        lock (_gate)
            _orders = mode == Mode.None ? Orders.Behave : new(mode, requests, delay ?? DefaultDelay);
    }

    public Orders Take()
    {
        lock (_gate)
        {
            var taken = _orders;
            if (taken.Requests == 1)
                _orders = Orders.Behave;
            else if (taken.Requests > 1)
                _orders = taken with { Requests = taken.Requests - 1 };
            return taken;
        }
    }
}
