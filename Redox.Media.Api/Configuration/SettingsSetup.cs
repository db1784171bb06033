using Microsoft.Extensions.Options;
using Redox.Media.Api.Security;
using Redox.Media.Core.Queries;

namespace Redox.Media.Api.Configuration;

/// <summary>Binds and validates the settings; in Development adds defaults where no token or rule is configured.</summary>
internal static class SettingsSetup
{
    public const string DevelopmentToken = "development-token";

    public const string DevelopmentStaffToken = "development-support";

    public static void AddMediaSettings(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<SettingsProblems>();
        services.AddSingleton<TokenRules>();
        services.AddSingleton(typeof(LastKnownGood<>));
        services.AddSingleton<ValidEntries>();
        services.AddSingleton<IValidEntries<RedoxSettings>>(provider => provider.GetRequiredService<ValidEntries>());
        services.AddSingleton<IValidEntries<StaffSettings>>(provider => provider.GetRequiredService<ValidEntries>());
        services.AddSingleton<IValidEntries<ClientSettings>>(provider => provider.GetRequiredService<ValidEntries>());
        services.AddSingleton<IValidEntries<QuerySettings>>(provider => provider.GetRequiredService<ValidEntries>());
        services.AddHostedService<SettingsReload>();
        services.AddOptions<RedoxSettings>().BindConfiguration(RedoxSettings.Section).ValidateOnStart();
        services.AddOptions<StaffSettings>()
            .Configure<IConfiguration>((settings, configuration) => configuration.GetSection(StaffMember.Section).Bind(settings.Members))
            .ValidateOnStart();
        services.AddOptions<ClientSettings>()
            .Configure<IConfiguration>((settings, configuration) => configuration.GetSection(ClientApp.Section).Bind(settings.Apps))
            .ValidateOnStart();
        services.AddOptions<FhirSettings>().BindConfiguration(FhirSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ClientValidation>();
        services.AddSingleton<IValidateOptions<ClientSettings>>(provider => provider.GetRequiredService<ClientValidation>());
        services.AddSingleton<IValidateOptions<FhirSettings>>(provider => provider.GetRequiredService<ClientValidation>());
        services.AddSingleton<IValidateOptions<FhirSettings>, BaseUrlValidation>();
        services.AddOptions<IntakeSettings>().BindConfiguration(IntakeSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<UploadSettings>().BindConfiguration(UploadSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<OutboundSettings>().BindConfiguration(OutboundSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<OutboundSettings>, OutboundValidation>();
        services.AddOptions<RemoteFileSettings>().BindConfiguration(RemoteFileSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<RemoteFileSettings>, RemoteFileValidation>();
        services.AddOptions<SetAsideSettings>().BindConfiguration(SetAsideSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ConsoleSettings>().BindConfiguration(ConsoleSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<QuerySettings>().BindConfiguration(QuerySettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<QuerySettings>, QueryRuleValidation>();
        services.AddSingleton<IQueryRules, QueryRules>();
        services.AddOptions<KeyEncryptionSettings>().BindConfiguration(KeyEncryptionSettings.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<KeyEncryptionSettings>, KeyEncryptionValidation>();
        services.AddSingleton<SettingsValidation>();
        services.AddSingleton<IValidateOptions<RedoxSettings>>(provider => provider.GetRequiredService<SettingsValidation>());
        services.AddSingleton<IValidateOptions<StaffSettings>>(provider => provider.GetRequiredService<SettingsValidation>());
        services.PostConfigure<RedoxSettings>(TrimTokens);
        if (builder.Environment.IsDevelopment())
        {
            services.PostConfigure<RedoxSettings>(AddDefaultToken);
            services.PostConfigure<StaffSettings>(AddDefaultMember);
            services.PostConfigure<QuerySettings>(AddDefaultRule);
            services.PostConfigure<KeyEncryptionSettings>(AddDefaultKey);
        }
    }

    private static void TrimTokens(RedoxSettings settings)
    {
        for (var i = 0; i < settings.VerificationTokens.Count; i++)
        {
            settings.VerificationTokens[i] = settings.VerificationTokens[i]?.Trim() ?? "";
        }
    }

    private static void AddDefaultToken(RedoxSettings settings)
    {
        if (settings.VerificationTokens.Count == 0)
        {
            settings.VerificationTokens.Add(DevelopmentToken);
        }
    }

    private static void AddDefaultMember(StaffSettings settings)
    {
        if (settings.Members.Count == 0)
        {
            settings.Members.Add(new StaffMember { Name = "development", Token = DevelopmentStaffToken, Roles = [.. StaffRoles.All] });
        }
    }

    private static void AddDefaultKey(KeyEncryptionSettings settings)
    {
        if (settings.Keys.Count == 0)
        {
            settings.Keys.Add(KeyEncryptionSettings.DevelopmentKey);
        }
    }

    private static void AddDefaultRule(QuerySettings settings)
    {
        if (settings.Rules.Count == 0)
        {
            settings.Rules.Add(new QueryRuleSettings
            {
                Requester = QueryRule.AnyRequester, VisibleSources = [QueryRuleSettings.AllSources],
            });
        }
    }
}
