"""Words of lists as they are asked for: filters, columns, views, bulk changes, exports: key to (zh, en)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # filters
    "from_of": ("{label} 从", "{label} from"),
    "until_of": ("{label} 到", "{label} to"),
    "myself": ("我", "me"),
    "is": ("{label}：{value}", "{label}: {value}"),
    "is_not": ("{label}不是：{value}", "{label} is not {value}"),
    "is_less": ("{label}小于 {value}", "{label} below {value}"),
    "is_at_most": ("{label}到 {value}", "{label} up to {value}"),
    "is_more": ("{label}大于 {value}", "{label} above {value}"),
    "is_at_least": ("{label}从 {value}", "{label} from {value}"),
    "is_between": ("{label}介于 {value}", "{label} between {value}"),
    "has_in_it": ("{label}含“{value}”", "{label} contains “{value}”"),
    "begins_with": ("{label}以“{value}”开头", "{label} begins with “{value}”"),
    "is_under": ("{label}属于 {value}", "{label} within {value}"),
    "is_empty": ("{label}未填", "{label} is empty"),
    "is_filled": ("{label}已填", "{label} is filled in"),
    # the list
    "all_records": ("全部", "All"),
    "new_record": ("新增{entity}", "New {entity}"),
    "export": ("导出", "Export"),
    "search_in": ("姓名、编号或拼音首字母", "Name, number or pinyin initials"),
    "shown_all": ("共 {n} 条", "{n} in all"),
    "shown_here": ("本页 {n} 条，共 ", "{n} on this page, of "),
    "counting": ("…", "…"),
    "none_fit": ("没有符合条件的{entity}。", "No {entity} fits these filters."),
    "clear_filters": ("清除筛选", "Clear the filters"),
    "none_yet": ("还没有{entity}。", "No {entity} yet."),
    "none_for_you": ("这里还没有您能看到的{entity}。", "There is no {entity} for you to see yet."),
    # saved views
    "manage_view": ("管理视图", "Manage the view"),
    "keep_view_changes": ("保存视图的修改", "Keep the changes"),
    "view_says": ("视图会记住现在的筛选、次序、列和分组。", "A view keeps the filters, order, columns and grouping of now."),
    "view_title": ("视图名称", "Name of the view"),
    "view_shared": ("分享给能看到这些记录的同事", "Share it with colleagues who see these records"),
    "view_shared_help": (
        "别人打开时看到的仍是他们自己权限内的记录。",
        "Whoever opens it still sees only what their own rights show.",
    ),
    "view_saved": ("已成功保存视图“{title}”。", "The view “{title}” was saved."),
    "view_dropped": ("已删除视图“{title}”。", "The view “{title}” was deleted."),
    "drop_view": ("删除视图", "Delete the view"),
    "drop_view_ask": ("删除视图“{title}”？记录不受影响。", "Delete the view “{title}”? Records stay as they are."),
    # with ticked rows
    "set_field": ("修改字段", "Set a field"),
    "delete": ("删除", "Delete"),
    "first_page": ("回到第一页", "Back to the first page"),
    # export
    "export_list": ("导出这个列表", "Export this list"),
    "export_says": (
        "按现在的筛选、列和次序导出；遮盖的内容在文件里同样遮盖。每次导出都会记入审计。",
        "With the filters, columns and order of now; what is masked here is masked there. Each export is audited.",
    ),
}
