namespace Fabraix.Proxy.Commands;

/// <summary>What the process answers with; scripts and container health checks rely on them.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Refused = 2;
    public const int WouldRefuse = 3;
    public const int NotDecidable = 4;
}
