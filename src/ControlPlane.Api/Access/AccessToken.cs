using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Api.Access;

/// <summary>The secret a client shows: `cp_` and 256 random bits. Only its hash is stored.</summary>
public static class AccessToken
{
    public const int MaxLength = 256;

    public static string Create() => "cp_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
