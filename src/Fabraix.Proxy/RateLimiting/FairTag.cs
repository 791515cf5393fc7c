namespace Fabraix.Proxy.RateLimiting;

/// <summary>What one user has had of one <see cref="FairWindow"/>.</summary>
internal struct FairTag
{
    public FairTag() => Had = double.NegativeInfinity;

    /// <summary>Requests had, divided by the weight, on the scale of the window's line.</summary>
    public double Had;

    /// <summary>The last period in which this user was made to wait for the others; or below 0, in which a request of theirs that did not fit was foreseen.</summary>
    public int Waited;

    /// <summary>The last period in which this user asked at all.</summary>
    public int Asked;
}
