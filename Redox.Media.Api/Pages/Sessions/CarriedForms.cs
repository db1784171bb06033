using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Newtonsoft.Json;

namespace Redox.Media.Api.Pages.Sessions;

/// <summary>
/// A form that was sent after its session had ended. The sign-in page carries it, encrypted, and afterwards it is shown again,
/// filled: what a person has typed is not lost, and nothing is done that was not confirmed.
/// </summary>
internal sealed class CarriedForms(IDataProtectionProvider protection)
{
    private const int MaxChars = 64 * 1024;

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("carried form").ToTimeLimitedDataProtector();

    /// <summary>Null for a form that is too large to be carried, and for a request that is none.</summary>
    public string? Pack(CarriedForm? form)
    {
        var text = form is null ? null : JsonConvert.SerializeObject(form);
        return text is null or { Length: > MaxChars } ? null : _protector.Protect(text, TimeSpan.FromHours(1));
    }

    /// <summary>Null when it is none, or too old.</summary>
    public CarriedForm? Unpack(string? packed)
    {
        try
        {
            return string.IsNullOrEmpty(packed) ? null : JsonConvert.DeserializeObject<CarriedForm>(_protector.Unprotect(packed));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>A form as it was sent.</summary>
/// <param name="Action">The address that it was sent to, an address of a page.</param>
/// <param name="Fields">Its fields without the antiforgery token.</param>
public sealed record CarriedForm(string Action, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    public static async Task<CarriedForm?> ReadAsync(HttpContext context, string tokenField)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType)
        {
            return null;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return new CarriedForm(
            context.Request.Path + context.Request.QueryString,
            [.. form.Where(field => field.Key != tokenField)
                .SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? "")))]);
    }
}
