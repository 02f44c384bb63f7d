create trigger versioned before update on exercises for each row execute function versioned();

create trigger never_changes before update or delete on exercise_versions for each row execute function never_changes();

create trigger versioned before update on phase_steps for each row execute function versioned();
