using System.Text;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>A key in every spelling that the guard promises to find, by encoders that are not the product's.</summary>
internal sealed class KeyForms
{
    // The guard's documentation leaves these out.
    private static readonly string[] OutOfReach = ["hex with dashes", "UTF-16"];

    public KeyForms(string key) => All =
    [
        .. SecretForms.Of(Encoding.ASCII.GetBytes(key)).Where(form => !OutOfReach.Contains(form.Form)).Concat(SecretForms.OfText(key))
            .Select(form => new KeyForm(form.Form, Encoding.ASCII.GetString(form.Bytes))).DistinctBy(form => form.Text),
    ];

    public IReadOnlyList<KeyForm> All { get; }

    public bool AreIn(string text) => All.Any(form => text.Contains(form.Text, StringComparison.Ordinal));
}

internal sealed record KeyForm(string Name, string Text);
