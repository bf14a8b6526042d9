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
    # with ticked rows
    "set_field": ("修改字段", "Set a field"),
    "delete": ("删除", "Delete"),
    "first_page": ("回到第一页", "Back to the first page"),
}
