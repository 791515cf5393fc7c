namespace Fabraix.Proxy.Pipeline;

/// <summary>
/// One question asked of every request. A step can only refuse or let the request go on: it cannot call the next
/// step, skip one, or forward. That is why it is not an ASP.NET middleware.
/// </summary>
internal interface IStep
{
    /// <summary>The step's name in <c>explain</c> and in documentation.</summary>
    string Name { get; }

    /// <summary>Judges the request, and leaves at most one typed feature for later steps.</summary>
    ValueTask<Verdict> JudgeAsync(HttpContext context);
}
