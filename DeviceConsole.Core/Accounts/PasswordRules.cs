using Microsoft.AspNetCore.Identity;

namespace DeviceConsole.Core.Accounts;

/// <summary>
/// What a password must be beside long (NIST SP 800-63B, 3.1.1.2): not built from the name, the product or one pattern.
/// No rules on kinds of characters.
/// </summary>
internal sealed class PasswordRules : IPasswordValidator<User>
{
    /// <summary>The shortest password.</summary>
    public const int MinimumLength = 12;

    /// <summary>The longest; longer ones only cost hashing.</summary>
    public const int MaximumLength = 256;

    private static readonly string[] Common =
        ["password", "passw0rd", "qwerty", "letmein", "welcome", "admin", "123456789", "987654321", "abcdef", "changeme", "secret", "iloveyou", "deviceconsole"];

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        var problem = Problem(user.UserName ?? "", password ?? "");
        return Task.FromResult(problem is null ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = "PasswordWeak", Description = problem }));
    }

    /// <summary>What is wrong with the password beside its length, or null.</summary>
    public static string? Problem(string userName, string password)
    {
        if (password.Length > MaximumLength) return $"The password may have at most {MaximumLength} characters.";
        if (password.Distinct().Count() < 5) return "The password repeats too few characters; use a longer phrase of different words.";
        var rest = password;
        foreach (var word in Common.Append(userName).Where(w => w.Length >= 3))
            rest = rest.Replace(word, "", StringComparison.OrdinalIgnoreCase);
        return rest.Length >= MinimumLength / 2 ? null : "The password is built from the user name or from words that everybody tries first; use other words.";
    }
}
