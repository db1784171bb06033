using Microsoft.Extensions.Options;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Configuration;

/// <summary>Reads and checks the settings; in Development fills in the credentials that nobody has configured.</summary>
internal static class SettingsSetup
{
    public const string DevelopmentToken = "development-token";

    public const string DevelopmentStaffToken = "development-support";

    public static void AddMediaSettings(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<RedoxSettings>().BindConfiguration(RedoxSettings.Section).ValidateOnStart();
        services.AddOptions<StaffSettings>()
            .Configure<IConfiguration>((settings, configuration) => configuration.GetSection(StaffMember.Section).Bind(settings.Members))
            .ValidateOnStart();
        services.AddSingleton<IOptionsChangeTokenSource<StaffSettings>>(
            provider => new ConfigurationChangeTokenSource<StaffSettings>(provider.GetRequiredService<IConfiguration>().GetSection(StaffMember.Section)));
        services.AddOptions<ClientSettings>()
            .Configure<IConfiguration>((settings, configuration) => configuration.GetSection(ClientApp.Section).Bind(settings.Apps))
            .ValidateOnStart();
        services.AddSingleton<IOptionsChangeTokenSource<ClientSettings>>(
            provider => new ConfigurationChangeTokenSource<ClientSettings>(provider.GetRequiredService<IConfiguration>().GetSection(ClientApp.Section)));
        services.AddOptions<FhirSettings>().BindConfiguration(FhirSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClientSettings>, ClientValidation>();
        services.AddSingleton<IValidateOptions<FhirSettings>, ClientValidation>();
        services.AddOptions<IntakeSettings>().BindConfiguration(IntakeSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<QuerySettings>().BindConfiguration(QuerySettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<RedoxSettings>, SettingsValidation>();
        services.AddSingleton<IValidateOptions<StaffSettings>, SettingsValidation>();
        if (builder.Environment.IsDevelopment())
        {
            services.PostConfigure<RedoxSettings>(FillIn);
            services.PostConfigure<StaffSettings>(FillIn);
        }
    }

    private static void FillIn(RedoxSettings settings)
    {
        if (settings.VerificationTokens.Count == 0)
        {
            settings.VerificationTokens.Add(DevelopmentToken);
        }
    }

    private static void FillIn(StaffSettings settings)
    {
        if (settings.Members.Count == 0)
        {
            settings.Members.Add(new StaffMember { Name = "development", Token = DevelopmentStaffToken, Roles = [.. StaffRoles.All] });
        }
    }
}
