namespace Fabraix.Proxy.Simulation;

/// <summary>Numbers by chance, the same for the same seed on every runtime (SplitMix64, public domain, S. Vigna). Small, since each of 100,000 clients has its own.</summary>
internal struct Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>From 0 up to 1.</summary>
    public double Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Any whole number of a range, both ends included.</summary>
    public int Between(int least, int most) => least + (int)(Next() * (most - least + 1));

    /// <summary>The time to the next event of a Poisson process.</summary>
    public double Exponential(double mean) => -Math.Log(1 - Next()) * mean;
}
