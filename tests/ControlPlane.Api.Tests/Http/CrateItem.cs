using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Tests.Http;

/// <param name="Title">What it is.</param>
/// <param name="Pieces">How many.</param>
public sealed record CrateItem(string Title, [Range(1, 9)] int Pieces = 1);
