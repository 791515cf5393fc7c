using System.Collections;

namespace Fabraix.TestKit;

/// <summary>The header fields of an HTTP/2 request, in the order in which they are sent: a lawful POST until a test says otherwise.</summary>
internal sealed class Http2Head : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> fields = [];

    public string this[string name] => fields.Find(field => field.Key == name).Value;

    /// <summary>Whether there is exactly one of it.</summary>
    public bool Has(string name) => fields.FindAll(field => field.Key == name).Count == 1;

    public static Http2Head Post(string path, string authority, string? token)
    {
        var head = new Http2Head().With(":method", "POST").With(":scheme", "https").With(":authority", authority).With(":path", path)
            .With("content-type", "application/json");
        return token is null ? head : head.With("authorization", "Bearer " + token);
    }

    public Http2Head With(string name, string value)
    {
        fields.Add(new(name, value));
        return this;
    }

    /// <summary>In front of all others, where a pseudo-header belongs (RFC 9113 section 8.3).</summary>
    public Http2Head Before(string name, string value)
    {
        fields.Insert(0, new(name, value));
        return this;
    }

    /// <summary>Instead of what was said before under this name, in its place.</summary>
    public Http2Head Instead(string name, string value)
    {
        fields[fields.FindIndex(field => field.Key == name)] = new(name, value);
        return this;
    }

    public Http2Head Without(string name)
    {
        fields.RemoveAll(field => field.Key == name);
        return this;
    }

    /// <summary>The field at the end, behind the regular ones.</summary>
    public Http2Head Last(string name)
    {
        var value = this[name];
        return Without(name).With(name, value);
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
