using System.Text;

namespace Fabraix.TestKit;

/// <summary>
/// Everything that came out of the product, and every secret that was made: together they answer whether one is in the other.
/// Secrets are registered when they are made, so what was captured before cannot hold them; this lets captured material be
/// searched and dropped in portions.
/// </summary>
internal sealed class Capture
{
    private const int Portion = 32 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Needles needles = new();
    private readonly List<Captured> pending = [];
    private readonly HashSet<Leak> leaks = [];
    private readonly Dictionary<CaptureKind, CaptureTotal> totals = [];
    private long pendingBytes;
    private long sequence;

    /// <summary>The one of this process, which every client, proxy and issuer of the kit feeds.</summary>
    public static Capture Process { get; } = new();

    public void Add(CaptureKind kind, string source, string text) => Add(kind, source, Encoding.UTF8.GetBytes(text));

    public void Add(CaptureKind kind, string source, byte[] bytes)
    {
        lock (gate)
        {
            sequence++;
            var total = totals.GetValueOrDefault(kind);
            totals[kind] = new CaptureTotal(total.Pieces + 1, total.Bytes + bytes.Length);
            pending.Add(new Captured(kind, source, bytes));
            pendingBytes += bytes.Length;
            if (pendingBytes > Portion) Search();
        }
    }

    /// <summary>Registers a private key's part: the value and every encoding that a careless program would print.</summary>
    public void AddSecret(string name, byte[] value)
    {
        lock (gate)
            foreach (var (form, bytes) in SecretForms.Of(value))
                needles.Add(name, form, bytes);
    }

    /// <summary>Registers an API key with the encodings of texts besides.</summary>
    public void AddKey(string name, string value)
    {
        AddSecret(name, Encoding.ASCII.GetBytes(value));
        lock (gate)
            foreach (var (form, bytes) in SecretForms.OfText(value))
                needles.Add(name, form, bytes);
    }

    /// <summary>Registers a token: as a whole, and its signature alone, which is what makes it usable.</summary>
    public void AddToken(string name, string token)
    {
        lock (gate)
        {
            needles.Add(name, "whole", Encoding.UTF8.GetBytes(token));
            needles.Add(name, "signature", Encoding.UTF8.GetBytes(token[(token.LastIndexOf('.') + 1)..]));
        }
    }

    public CaptureReport Report()
    {
        lock (gate)
        {
            Search();
            return new CaptureReport([.. leaks], new Dictionary<CaptureKind, CaptureTotal>(totals), needles.Secrets, sequence);
        }
    }

    private void Search()
    {
        foreach (var piece in pending)
            needles.Search(piece.Bytes, (secret, form) => leaks.Add(new Leak(secret, form, piece.Kind, piece.Source)));
        pending.Clear();
        pendingBytes = 0;
    }

    private sealed record Captured(CaptureKind Kind, string Source, byte[] Bytes);
}

internal enum CaptureKind
{
    Log,
    Answer,
    Metrics,
}

internal readonly record struct CaptureTotal(int Pieces, long Bytes);

/// <summary>Where a secret was found. Names only: a report of a leak must not be the next leak.</summary>
internal sealed record Leak(string Secret, string Form, CaptureKind Kind, string Source);

/// <param name="Sequence">Grows with every captured piece; two equal values mean that nothing came in between.</param>
internal sealed record CaptureReport(IReadOnlyList<Leak> Leaks, IReadOnlyDictionary<CaptureKind, CaptureTotal> Totals, int Secrets, long Sequence)
{
    public CaptureTotal Total(CaptureKind kind) => Totals.TryGetValue(kind, out var total) ? total : default;
}
