namespace ControlPlane.Api.Tests.Http.Lists;

/// <summary>An id as the domain has them: no comparison operators, a text of its own.</summary>
public readonly record struct ShelfId(Guid Value)
{
    public static bool TryParse(string? text, out ShelfId id)
    {
        id = default;
        if (text is null || !text.StartsWith("shelf_", StringComparison.Ordinal) || !Guid.TryParseExact(text[6..], "N", out var value))
        {
            return false;
        }

        id = new ShelfId(value);
        return true;
    }

    public override string ToString() => $"shelf_{Value:N}";
}
