namespace Fabraix.Sandbox;

/// <summary>The sandbox cannot start; the message says what to set.</summary>
internal sealed class SandboxStartException : Exception
{
    public SandboxStartException(string message)
        : base(message)
    {
    }

    public SandboxStartException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public SandboxStartException()
    {
    }
}
