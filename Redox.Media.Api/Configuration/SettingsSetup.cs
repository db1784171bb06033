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
        services.AddOptions<RedoxSettings>().BindConfiguration(RedoxSettings.Section).ValidateOnStart();
        services.AddOptions<StaffSettings>()
            .Configure<IConfiguration>((settings, configuration) => configuration.GetSection(StaffMember.Section).Bind(settings.Members))
            .ValidateOnStart();
        services.AddReload<StaffSettings>(StaffMember.Section);
        services.AddOptions<ClientSettings>()
            .Configure<IConfiguration>((settings, configuration) => configuration.GetSection(ClientApp.Section).Bind(settings.Apps))
            .ValidateOnStart();
        services.AddReload<ClientSettings>(ClientApp.Section);
        services.AddOptions<FhirSettings>().BindConfiguration(FhirSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClientSettings>, ClientValidation>();
        services.AddSingleton<IValidateOptions<FhirSettings>, ClientValidation>();
        services.AddSingleton<IValidateOptions<FhirSettings>, BaseUrlValidation>();
        services.AddOptions<IntakeSettings>().BindConfiguration(IntakeSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<QuerySettings>().BindConfiguration(QuerySettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<QuerySettings>, QueryRuleValidation>();
        services.AddSingleton<IQueryRules, QueryRules>();
        services.AddSingleton<IValidateOptions<RedoxSettings>, SettingsValidation>();
        services.AddSingleton<IValidateOptions<StaffSettings>, SettingsValidation>();
        if (builder.Environment.IsDevelopment())
        {
            services.PostConfigure<RedoxSettings>(AddDefaultToken);
            services.PostConfigure<StaffSettings>(AddDefaultMember);
            services.PostConfigure<QuerySettings>(AddDefaultRule);
        }
    }

    // BindConfiguration does this for the other sections; a list is bound to a member of its options object.
    private static void AddReload<T>(this IServiceCollection services, string section) =>
        services.AddSingleton<IOptionsChangeTokenSource<T>>(provider =>
            new ConfigurationChangeTokenSource<T>(provider.GetRequiredService<IConfiguration>().GetSection(section)));

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
