using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ControlPlane.Api.Persistence;

/// <summary>Keeps a property as JSON text. Its values are immutable and replaced as a whole, so they are compared by reference.</summary>
internal static class JsonColumn
{
    internal static PropertyBuilder<T> HasJson<T>(this PropertyBuilder<T> property)
    {
        property.HasConversion(
            new ValueConverter<T, string>(value => StoreJson.Write(value), text => StoreJson.Read<T>(text)),
            new ValueComparer<T>(
                (left, right) => ReferenceEquals(left, right), value => value == null ? 0 : value.GetHashCode(), value => value));
        return property;
    }
}
